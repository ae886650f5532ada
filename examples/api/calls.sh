# What the examples call the server by, with curl alone; they set `email`, whose mail is read.

server=${GLOVEBOX_URL:-http://localhost:8080}
api=$server/api/v1
mail=${GLOVEBOX_DATA:-data}/mail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf '\n\033[1m▸ %s\033[0m\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# call METHOD PATH [CURL ARGUMENTS]: prints the body; the cookie of the session is kept between calls.
call() {
  local method=$1 path=$2
  shift 2
  curl --silent --show-error --fail-with-body --request "$method" --cookie "$work/cookies" --cookie-jar "$work/cookies" "$@" "$api$path"
}

# send METHOD PATH JSON
send() { call "$1" "$2" --header 'content-type: application/json' --data "$3"; }

# sign_up PASSWORD: an account for `email`, confirmed by the mailed link. The first one on one's own machine needs no mail.
sign_up() {
  local status token
  status=$(call POST /accounts --write-out '%{http_code}' --header 'content-type: application/json' \
    --data "{\"email\":\"$email\",\"password\":\"$1\"}")
  [ "$status" = 201 ] && return
  token=$(mailed 'verify-email\?token=[A-Za-z0-9_-]+')
  send POST /email-verifications/confirm "{\"token\":\"${token#*token=}\"}"
}

# field NAME: the first value of that name in the JSON on standard input.
field() { grep -o "\"$1\":\"\\?[^\",}]*" | head -1 | sed 's/^[^:]*:"\?//'; }

# mailed PATTERN: what matches in the newest mail to the address, once it is there. Mail is text with soft line breaks.
mailed() {
  local letter found
  for _ in $(seq 100); do
    for letter in $(ls -t "$mail" 2>/dev/null); do
      grep -q "^To: .*$email" "$mail/$letter" || continue
      found=$(sed -z 's/=\r\?\n//g; s/=3D/=/g' "$mail/$letter" | grep -oE "$1" | head -1) || true
      if [ -n "$found" ]; then echo "$found"; return; fi
    done
    sleep 0.1
  done
  die "no mail to $email came to $mail"
}
