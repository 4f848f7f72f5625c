import type { PersonalLayer } from '../provider.ts';

const listPackages = `dpkg-query -W -f '\${Package}:\${Architecture} \${Version} \${db:Status-Status}\\n' | sort`;

/**
 * Restores the records of dpkg and apt of the version: for them, personal
 * packages are plain files. So a package that is installed later brings all its
 * dependencies, and a commit takes the team's records only. Refuses a change of
 * a package of the version.
 */
export const personalRecords: PersonalLayer = {
  keep: `if [ -d /var/lib/dpkg ]; then
  cp -a /var/lib/dpkg "$d/dpkg"
  if [ -e /var/lib/apt/extended_states ]; then cp -a /var/lib/apt/extended_states "$d/extended_states"; fi
  ${listPackages} >"$d/packages"
fi`,
  restore: `if [ -d "$d/dpkg" ]; then
  ${listPackages} >"$d/packages-now"
  if comm -23 "$d/packages" "$d/packages-now" | grep .; then
    echo 'Personal packages would change these packages of the version.'
    exit 1
  fi
  cd "$d/dpkg" && find . ! -type d | sort >"$d/had"
  cd /var/lib/dpkg && find . ! -type d | sort >"$d/has"
  comm -13 "$d/had" "$d/has" | tr '\\n' '\\0' | xargs -0 -r rm -f --
  { comm -23 "$d/had" "$d/has"; find . -newercm "$d/stamp" ! -type d | sort | comm -12 - "$d/had"; } >"$d/back"
  cd "$d/dpkg" && tr '\\n' '\\0' <"$d/back" | xargs -0 -r cp -a --parents -t /var/lib/dpkg --
  rm -f /var/lib/apt/extended_states
  if [ -e "$d/extended_states" ]; then cp -a "$d/extended_states" /var/lib/apt/extended_states; fi
fi`,
  own: ['/var/lib/dpkg', '/var/lib/apt'],
};
