/** A command in a text for people, if it takes the name of a workspace. */
const advice =
  /`devenv (shell|exec|run|up|down|restart|destroy|status|drift|commit|reset|logs|plan|verify|doctor|ssh-config|snapshot (?:create|list|restore|push|rm|prune))(?![\w-])[^`]*`/g;

/** The text with `--name` in the commands that it advises: without it, they are about the workspace main. */
export const nameWorkspace = (text: string, workspace: string): string =>
  workspace === 'main'
    ? text
    : text.replace(advice, (whole, command: string) =>
        whole.includes('--name') ? whole : whole.replace(command, `${command} --name ${workspace}`),
      );
