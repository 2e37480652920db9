# Which system it is, and how large the machine. os-release is read, not run.
release= version= cpus= memory=
for file in /etc/os-release /usr/lib/os-release; do
  [ -r "$file" ] || continue
  while IFS== read -r name value || [ -n "$name" ]; do
    value=${value#[\"\']}
    value=${value%[\"\']}
    case $name in
    ID) release=$value ;;
    VERSION_ID) version=$value ;;
    esac
  done <"$file"
  break
done
case $os in Darwin) release=macos version=$(sw_vers -productVersion) ;; esac
cpus=$(nproc || getconf _NPROCESSORS_ONLN || sysctl -n hw.ncpu)
if [ -r /proc/meminfo ]; then
  while read -r name value rest; do
    case $name in MemTotal:) memory=$((value / 1024)) && break ;; esac
  done </proc/meminfo
else
  memory=$(sysctl -n hw.memsize || sysctl -n hw.physmem)
  memory=$((${memory:-0} / 1048576))
fi
fact machine "$release" "$version" "$cpus" "$memory"
