# Installs the executable of devenv for this user, from an npm registry, and adds it to PATH.
#   powershell -ExecutionPolicy Bypass -File install.ps1
# Variables: TEAMVM_VERSION, the version (default: the newest); PREFIX, the folder
# (default: %LOCALAPPDATA%\Programs\devenv); npm_config_registry, another registry.
param([switch]$Help)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
if ($Help) {
  Get-Content $PSCommandPath | Select-Object -First 4 | ForEach-Object { $_ -replace '^# ?', '' }
  exit 0
}

function Stop-Installation([string]$reason) {
  [Console]::Error.WriteLine("install.ps1: $reason")
  exit 1
}

function Get-Address([string]$url, [string]$what, [string]$file) {
  try {
    if ($file) { Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile $file }
    else { (Invoke-WebRequest -UseBasicParsing -Uri $url).Content | ConvertFrom-Json }
  } catch {
    $status = 0
    if ($_.Exception.Response) { $status = [int]$_.Exception.Response.StatusCode }
    if ($status -eq 404) {
      Stop-Installation "The npm registry $registry has no $what. Check npm_config_registry and TEAMVM_VERSION. Nothing was installed."
    }
    Stop-Installation "$url cannot be fetched: $($_.Exception.Message) Nothing was installed."
  }
}

$registry = if ($env:npm_config_registry) { $env:npm_config_registry.TrimEnd('/') } else { 'https://registry.npmjs.org' }
if ($registry -notmatch '^https?://') { Stop-Installation "The npm registry `"$registry`" is not an http or https address." }
$prefix = if ($env:PREFIX) { $env:PREFIX } else { Join-Path $env:LOCALAPPDATA 'Programs\devenv' }
$wanted = if ($env:TEAMVM_VERSION) { $env:TEAMVM_VERSION } else { 'latest' }
$name = 'devenv-windows-x64'

$manifest = Get-Address "$registry/@teamvm%2f$name/$wanted" "devenv $wanted for Windows"
$version = $manifest.version
if ($version -notmatch '^[0-9A-Za-z.-]+$') { Stop-Installation "$registry did not answer as an npm registry does. Nothing was installed." }
if ($manifest.dist.integrity -notmatch '^sha512-([A-Za-z0-9+/]{86}==)$') {
  Stop-Installation "$registry publishes no sha512 for @teamvm/$name. Nothing was installed."
}
$hash = ([BitConverter]::ToString([Convert]::FromBase64String($Matches[1])) -replace '-', '').ToLower()

$target = Join-Path $prefix $version
$work = "$target.$PID"
try {
  $null = New-Item -ItemType Directory -Force $work
  $file = Join-Path $work 'package.tgz'
  Get-Address "$registry/@teamvm/$name/-/$name-$version.tgz" "file of devenv $version for Windows" $file
  $actual = (Get-FileHash -Algorithm SHA512 $file).Hash.ToLower()
  if ($actual -ne $hash) {
    Stop-Installation "$name $version has the sha512 $actual, but the registry publishes $hash. Nothing was installed."
  }
  tar.exe -xzf $file -C $work
  if ($LASTEXITCODE -ne 0) { Stop-Installation 'The package cannot be unpacked. Nothing was installed.' }
  & (Join-Path $work 'package\bin\devenv.cmd') --version | Out-Null
  if ($LASTEXITCODE -ne 0) { Stop-Installation 'devenv does not run on this machine. Nothing was installed.' }
  if (Test-Path $target) { Remove-Item -Recurse -Force $target }
  Move-Item (Join-Path $work 'package') $target
} finally {
  Remove-Item -Recurse -Force $work -ErrorAction SilentlyContinue
}

# One launcher at a path that stays: it changes at once, and a devenv that runs keeps its files.
$bin = Join-Path $prefix 'bin'
$null = New-Item -ItemType Directory -Force $bin
$fresh = Join-Path $bin "devenv.cmd.$PID"
Set-Content -Encoding ascii -Path $fresh -Value "@`"%~dp0..\$version\bin\devenv.cmd`" %*"
Move-Item -Force $fresh (Join-Path $bin 'devenv.cmd')
Write-Output "Installed devenv $version as $(Join-Path $bin 'devenv.cmd')."
$path = [Environment]::GetEnvironmentVariable('Path', 'User')
if (($path -split ';') -notcontains $bin) {
  [Environment]::SetEnvironmentVariable('Path', "$bin;$path", 'User')
  Write-Output "Added $bin to PATH. Open a new terminal."
}
