/** Variables that name a repository, set when devenv runs in a git hook. */
export const located = {
  ...{ GIT_DIR: undefined, GIT_COMMON_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined },
  ...{ GIT_OBJECT_DIRECTORY: undefined, GIT_ALTERNATE_OBJECT_DIRECTORIES: undefined, GIT_NAMESPACE: undefined },
  ...{ GIT_PREFIX: undefined, GIT_CONFIG: undefined, GIT_SHALLOW_FILE: undefined, GIT_GRAFT_FILE: undefined },
};

/** No questions, and no writing of the index. */
export const silent = {
  ...{ GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'false', SSH_ASKPASS: 'false' },
  ...{ GIT_PAGER: 'cat', GIT_EDITOR: 'false', GIT_OPTIONAL_LOCKS: '0' },
};

/** Without the person's file watcher, whose socket a repository could name. */
export const plain = ['git', '--no-pager', '-c', 'core.fsmonitor='];
