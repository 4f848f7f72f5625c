import type { PersonalLayer } from '../provider.ts';

const listPackages = `dpkg-query -W -f '\${Package}:\${Architecture} \${Version} \${db:Status-Status}\\n' | sort`;

/**
 * The records of dpkg and apt become those of the version again: to them,
 * personal packages are plain files. A package that is installed later brings
 * all that it needs, whether a personal package brought that before or not,
 * and the records that a commit takes are the team's alone. A change to a
 * package of the version itself is refused.
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
    echo 'Personal packages would change these of the version, which everybody has alike.'
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
