#!/usr/bin/env bash
# An account's whole life with curl alone: sign up, verify, log in, upload a CSV, look at it, download it, upload a new
# version, forget the password, delete everything. Every call is described at /docs.
#
#   ./dev run                    # in one terminal
#   examples/api/account.sh      # in another
#
# Mail is read from the folder that a server without a mail server writes it to.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

. examples/api/calls.sh

email=ada.$RANDOM$RANDOM@example.com
password='an engine of 1843'

curl --silent --fail "$server/health" >/dev/null || die "no server at $server; start one with ./dev run"

say "Sign up as $email, and verify the address by the mailed link"
sign_up "$password"

say "Log in"
send POST /sessions "{\"email\":\"$email\",\"password\":\"$password\"}"

say "Make a project"
org=$(call GET /orgs | field id)
project=$(send POST "/orgs/$org/projects" '{"name":"Weather"}' | tee /dev/stderr | field id)

say "Upload a CSV"
file=$(call POST "/projects/$project/files" --form file=@examples/data/seattle_weather.csv | tee /dev/stderr | field id)

say "What is in it"
for _ in $(seq 100); do
  state=$(call GET "/files/$file" | field state)
  [ "$state" = pending ] || break
  sleep 0.1
done
call GET "/files/$file/profile" --output "$work/profile.json"
head -c 600 "$work/profile.json"
echo ' …'

say "Its first rows"
call GET "/files/$file/rows?limit=3"

say "Download it: the bytes are the same"
call GET "/files/$file/content" --output "$work/seattle_weather.csv"
cmp "$work/seattle_weather.csv" examples/data/seattle_weather.csv && echo same

say "Upload it again: a second version"
head -50 examples/data/seattle_weather.csv >"$work/shorter.csv"
call POST "/projects/$project/files" --form "file=@$work/shorter.csv;filename=seattle_weather.csv"
echo
call GET "/files/$file/versions"

say "Forget the password: a code comes by mail"
reset=$(send POST /password-resets "{\"email\":\"$email\"}" | field id)
# On a line of its own: the colours of another mail have six digits as well.
code=$(mailed '^ {4}[0-9]{6}')
code=${code// }
password='an engine of 1854'
send POST "/password-resets/$reset/confirm" "{\"code\":\"$code\",\"password\":\"$password\"}"
send POST /sessions "{\"email\":\"$email\",\"password\":\"$password\"}"

say "Delete the account and everything in it"
send DELETE /account "{\"password\":\"$password\"}"
curl --silent --cookie "$work/cookies" "$api/files/$file"
echo
