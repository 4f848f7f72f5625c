@echo off
rem Runs the devenv that devenvw.conf pins, and fetches it once for this machine.
rem Written by `devenv init --wrapper`.
setlocal
set "devenvw_conf=%~dp0devenvw.conf"
if not exist "%devenvw_conf%" (
  echo devenvw: %devenvw_conf% cannot be read. Restore it from git. 1>&2
  exit /b 1
)
for /f "usebackq tokens=1,2" %%a in ("%devenvw_conf%") do set "devenvw_%%a=%%b"
if not defined devenvw_windows-x64 (
  echo devenvw: devenvw.conf has no hash for windows-x64. Run: devenv init --wrapper 1>&2
  exit /b 1
)
if defined npm_config_registry set "devenvw_registry=%npm_config_registry%"
set "devenvw_hash=%devenvw_windows-x64%"
set "devenvw_target=%LOCALAPPDATA%\devenv\wrapper\%devenvw_hash:~0,32%"
if exist "%devenvw_target%\bin\devenv.cmd" goto run
powershell -NoProfile -NonInteractive -Command ^
  "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';" ^
  "$url = $env:devenvw_registry.TrimEnd('/') + '/@teamvm/devenv-windows-x64/-/devenv-windows-x64-' + $env:devenvw_version + '.tgz';" ^
  "$work = $env:devenvw_target + '.' + $PID; $file = Join-Path $work 'package.tgz';" ^
  "try { $null = New-Item -ItemType Directory -Force $work;" ^
  "Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile $file;" ^
  "$actual = (Get-FileHash -Algorithm SHA512 $file).Hash.ToLower();" ^
  "if ($actual -ne $env:devenvw_hash) { throw ($url + ' has the sha512 ' + $actual + ', but devenvw.conf pins ' + $env:devenvw_hash + '. Nothing of it was used.') };" ^
  "tar.exe -xzf $file -C $work; if ($LASTEXITCODE -ne 0) { throw 'The package cannot be unpacked.' };" ^
  "if (-not (Test-Path $env:devenvw_target)) { try { Move-Item (Join-Path $work 'package') $env:devenvw_target } catch { if (-not (Test-Path $env:devenvw_target)) { throw } } } }" ^
  "catch { [Console]::Error.WriteLine('devenvw: ' + $_.Exception.Message); exit 1 }" ^
  "finally { Remove-Item -Recurse -Force $work -ErrorAction SilentlyContinue }"
if errorlevel 1 exit /b 1
:run
"%devenvw_target%\bin\devenv.cmd" %*
