count=0 noted= receipts= pythons= sound= based=

# instance NAME TO HOME VENV PYTHON INPUTS [kept]: the state of one instance. Its receipts are read later, all at once;
# `kept`: those of all releases and their venvs.
instance() {
  count=$((count + 1))
  to=$2 home=$3 venv=$4 generation=0 releases= whole= failed= left= unserved= unsettled=
  [ ! -f "$to/.venvoy/generation" ] || read -r generation <"$to/.venvoy/generation"
  for each in "$to"/releases/*; do
    [ -d "$each" ] || continue
    releases=$releases/${each##*/}
    [ ! -f "$each/release.json" ] || whole=$whole/${each##*/}
    [ ! -e "$each/failed" ] || failed=$failed/${each##*/}
    [ ! -e "$each/left" ] || left=$left/${each##*/}
    [ ! -e "$each/unserved" ] || unserved=$unserved/${each##*/}
    [ -z "$7" ] || ask_release "$each"
  done
  find_owner
  find_current
  fact releases "$1" "$whole" "$failed" "$left" "$owner" "$7" "$unsettled" "$unserved"
  find_served
  entry "$home/$venv"
  unwritable=
  check_writable to "$to"
  check_writable home "$home"
  fact instance "$1" "$to" "$home" "$venv" "$generation" "$releases" "$release" "$problem" "$served" "$entry" "$unwritable"
  eval "home_$count=\$home venv_$count=\$venv python_$count=\$5 inputs_$count=\$6 served_$count=\$served"
}

# Sets $owner to `ours` or `foreign`; to nothing where the folder is empty or not there.
find_owner() {
  owner=
  if [ -d "$to/.venvoy" ]; then
    owner=ours
  elif [ -d "$to" ]; then
    for each in "$to"/* "$to"/.[!.]*; do
      if [ -e "$each" ] || [ -L "$each" ]; then owner=foreign; fi
    done
  elif [ -e "$to" ]; then
    owner=foreign
  fi
}

# Sets $release to the folder that `current` leads to, or $problem. `cd -P` resolves links without a fork.
find_current() {
  release= problem=
  if cd -P "$to/current"; then
    release=$PWD
    cd -P "$to/releases"
    case $release in
    "$PWD"/*/*) problem="leads to $release" ;;
    "$PWD"/*) ;;
    *) problem="leads to $release" ;;
    esac
    [ -L "$to/current" ] || problem='is a folder, not a link'
    receipts=$receipts$newline$release/release.json$newline$release/settings.json$newline$release/.venvoy.drift
    find_unsettled
  elif [ -L "$to/current" ]; then
    problem='is a link that leads nowhere'
  elif [ -e "$to/current" ]; then
    problem='is a file, not a link'
  fi
}

# Sets $unsettled if that is what is noted of the release that serves.
find_unsettled() {
  [ -f "$to/.venvoy/unsettled" ] && read -r unsettled <"$to/.venvoy/unsettled" || return
  [ "$unsettled" = "${release##*/}" ] || unsettled=
}

# Sets $served to the venv of the current release, as a path below $home if it is there.
find_served() {
  served=
  [ -n "$release" ] && cd -P "$release/venv" || return
  served=$PWD
  cd -P "$home" || return
  case $served in "$PWD"/.venvoy/*) served=$home${served#"$PWD"} ;; esac
  ask_venv "$served"
}

ask_release() {
  receipts=$receipts$newline$1/release.json$newline$1/.venvoy.drift
  ask_venv "$1/venv"
}

ask_venv() {
  receipts=$receipts$newline$1/.venvoy-noted.json$newline$1/.venvoy.json$newline$1/.venvoy-wrapper.json
  [ ! -e "$1/bin/python" ] || pythons=$pythons$newline$1/bin/python
}

# check_writable WORD FOLDER: puts the word on $unwritable if the folder could be neither made nor written.
check_writable() {
  folder=$2
  until [ -e "$folder" ]; do
    folder=${folder%/*}
    folder=${folder:-/}
  done
  [ -d "$folder" ] && [ -w "$folder" ] || unwritable="$unwritable $1"
}

# Tells the receipts and stamps that were asked for: two programs, however many instances. Puts the venvs that are whole and
# whose interpreter is the one they were built with on $sound.
weigh() {
  IFS=$newline
  set -f
  held= taken=
  [ -z "$receipts" ] || held=$(grep '^{' $receipts /dev/null)
  [ -z "$pythons" ] || taken=$(stamps $pythons)
  receipts= pythons=
  facts receipt $held
  facts stamp $taken
  for line in $held; do
    IFS=\"
    weigh_noted $line
    weigh_venv $line
    weigh_wrapper $line
  done
  set +f
  unset IFS
}

# PATH:{"v":1,"inputs":"…","stamp":"…"}: what suits a venv as well as what its receipt says, told before that.
weigh_noted() {
  [ "$4$8" != inputsstamp ] || noted=$noted$newline${1%/.venvoy-noted.json:*}$unit$6$unit${10}$newline
}

# A venv's receipt, split at its quotation marks:
# PATH:{"v":1,"name":"…","fingerprint":"…","inputs":"…","python":{"path":"…","real":"…","version":"…","stamp":"…"},"base":"…",…
# A thin venv is nothing without its base. That is beside it, as the venv's own path may be a release's link to it; as JSON
# its path may be written otherwise.
weigh_venv() {
  case ${12}${30} in
  inputsstamp)
    path=${1%/.venvoy.json:*}
    base=$path
    [ "${34}" != base ] || base=$path/../../${36##*/}
    if [ ! -f "$base/.venvoy.json" ]; then
      fact unbased "$path"
      return
    fi
    for each in "$path" "$base"; do
      read -r mark <"$each/.venvoy.drift" || continue
      fact drift "$path" "$mark"
      return
    done
    others=
    case $noted in *"$newline$path$unit"*) others=${noted##*"$newline$path$unit"} ;; esac
    others=${others%%"$newline"*}
    case $newline$taken$newline in
    *"$newline${32}$unit$path/bin/python$newline"* | *"$newline${others#*"$unit"}$unit$path/bin/python$newline"*)
      sound=$sound$newline$path$unit${14}$newline
      # An instance may ask for no inputs at all: nothing suits it then.
      [ -z "$others" ] || sound=$sound$newline$path$unit${others%%"$unit"*}$newline
      ;;
    esac
    ;;
  esac
}

# PATH:{"v":1,"digest":"…","files":".project bin/postactivate …",… Tells whether one of the files is gone.
weigh_wrapper() {
  [ "$4$8" = digestfiles ] || return
  path=${1%/.venvoy-wrapper.json:*}
  IFS=' '
  for each in ${10}; do
    if [ ! -e "$path/$each" ]; then
      fact bare "$path"
      return
    fi
  done
}

# Sets $home, $venv, $python, $inputs and $served to those of an instance, by its number.
recall() {
  eval "home=\$home_$1 venv=\$venv_$1 python=\$python_$1 inputs=\$inputs_$1 served=\$served_$1"
}

# Whether a venv is sound, built from the inputs that the instance wants, and where it wants it.
suits() {
  case $1 in "$home"/.venvoy/*/"$venv") ;; *) return 1 ;; esac
  case $sound in *"$newline$1$unit$inputs$newline"*) ;; *) return 1 ;; esac
}

# Weighs the venvs that serve, then, for instances that these do not suit, all that were ever built for them. Sets $specs to
# the Pythons that instances need, one a line, because none suits them.
instances() {
  weigh
  number=0 lacking= specs=
  while [ "$number" -lt "$count" ]; do
    number=$((number + 1))
    recall "$number"
    suits "$served" || lacking="$lacking $number"
  done
  for number in $lacking; do
    recall "$number"
    for each in "$home"/.venvoy/*/"$venv"/.venvoy.json; do
      [ ! -f "$each" ] || ask_venv "${each%/.venvoy.json}"
    done
    ask_bases
  done
  weigh
  for number in $lacking; do
    recall "$number"
    has_suiting || want "$python"
  done
}

# Asks for the packages that are there to be shared, once for each home.
ask_bases() {
  case $based$newline in
  *"$newline$home$newline"*) ;;
  *)
    based=$based$newline$home
    for each in "$home"/.venvoy/base-*/.venvoy.json; do
      [ ! -f "$each" ] || [ -f "${each%.json}.drift" ] || ask_venv "${each%/.venvoy.json}"
    done
    ;;
  esac
}

want() {
  case $specs$newline in *"$newline$1$newline"*) ;; *) specs=$specs$newline$1 ;; esac
}

has_suiting() {
  for each in "$home"/.venvoy/*/"$venv"; do
    ! suits "$each" || return 0
  done
  return 1
}
