import { readOutput } from '../observe/read-output.ts';
import type { Runtime } from '../ports/runtime.ts';

/**
 * Makes the keys that packages make where they are installed, and that no
 * version has, in a container that was just made: where their program is there
 * and they are not. A server that does not start for it says so itself.
 */
export async function makeMachineKeys(runtime: Runtime, container: string): Promise<void> {
  await readOutput(runtime, container, ['/bin/sh', '-c', script]);
}

/** The link under which programs would trust the certificate has another name on each machine: the one of the image stays. */
const script = `
if [ -x /usr/sbin/sshd ]; then
  set -- /etc/ssh/ssh_host_*_key
  [ -e "$1" ] || ssh-keygen -A
fi
if [ -x /usr/sbin/make-ssl-cert ] && [ ! -e /etc/ssl/private/ssl-cert-snakeoil.key ]; then
  links() { find /etc/ssl/certs -lname ssl-cert-snakeoil.pem; }
  before=$(links)
  make-ssl-cert generate-default-snakeoil
  for link in $(links); do
    case "$before" in *"$link"*) ;; *) rm "$link" ;; esac
  done
fi`;
