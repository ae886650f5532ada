#!/usr/bin/env bash
# A question's whole way with curl alone: sign up, upload a CSV, ask, follow the answer as it streams, download its chart
# and its CSV, stop a long run, ask again, delete everything. Every call is described at /docs.
#
#   ./dev run                    # in one terminal
#   examples/api/journey.sh      # in another
#
# Without a key of a model, rules answer. Mail is read from the folder that a server without a mail server writes it to.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

. examples/api/calls.sh

email=grace.$RANDOM$RANDOM@example.com
password='a moth of 1947'

# ask QUESTION: prints the id of the answer that is to come. Questions here have nothing that JSON escapes.
ask() { send POST "/conversations/$conversation/messages" "{\"text\":\"$1\"}" | sed 's/.*"answer":{//' | field id; }

# follow ANSWER: prints what streams, one event a line with its type first, each cut to the width of a terminal.
follow() {
  call GET "/messages/$1/stream" --no-buffer | grep --line-buffered '^data: ' | tee "$work/stream" |
    sed --unbuffered 's/^data: \(.*"type":"\([a-z-]*\)".*\)/\2 \1/' | cut -c1-120
}

# file KIND: the id of the file that a part of this kind names, in the stream that was followed last.
file() { grep "\"type\":\"$1\"" "$work/stream" | field file_id; }

curl --silent --fail "$server/health" >/dev/null || die "no server at $server; start one with ./dev run"

say "Sign up as $email, verify the address by the mailed link, and log in"
sign_up "$password"
send POST /sessions "{\"email\":\"$email\",\"password\":\"$password\"}" >/dev/null

say "Make a project, upload a CSV to it, and begin a conversation"
org=$(call GET /orgs | field id)
project=$(send POST "/orgs/$org/projects" '{"name":"Cars"}' | field id)
call POST "/projects/$project/files" --form file=@examples/data/cars.csv
conversation=$(send POST "/projects/$project/conversations" '{}' | field id)

say "Ask: average mpg by origin, as a chart"
answer=$(ask 'average mpg by origin, as a chart')
follow "$answer"

say "Download the chart"
call GET "/generated-files/$(file data-chart)/content" --output "$work/chart.png"
head -c 8 "$work/chart.png" | cmp - <(printf '\211PNG\r\n\032\n') && echo "a PNG of $(wc -c <"$work/chart.png") bytes"

say "Ask for a CSV, and download that"
answer=$(ask 'list all cars where mpg is over 40, as a CSV file')
follow "$answer" >/dev/null
call GET "/generated-files/$(file data-file)/content" | tee "$work/cars.csv"
[ "$(wc -l <"$work/cars.csv")" = 10 ] || die "these are not the nine cars"

say "Run a script of your own that never ends, and stop it"
endless='{"text":"Count for ever","script":"print(\"counting\")\nwhile True:\n    pass\n"}'
answer=$(send POST "/conversations/$conversation/messages" "$endless" | sed 's/.*"answer":{//' | field id)
# What the script prints shows that it runs. The stream goes on, and nobody waits for its end.
grep --max-count=1 '"type":"data-output"' < <(call GET "/messages/$answer/stream" --no-buffer 2>/dev/null)
call POST "/messages/$answer/stop" --write-out '\nstopped in %{time_total} s\n' >"$work/stopped"
field state <"$work/stopped"
tail -1 "$work/stopped"

say "Ask again, as if nothing had happened"
answer=$(ask 'how many cars are there?')
follow "$answer"
call GET "/messages/$answer" | field state

say "What the conversation made, and the conversation as Markdown"
call GET "/conversations/$conversation/files" | grep -o '"name":"[^"]*"'
call GET "/conversations/$conversation/export?format=markdown" --output "$work/conversation.md"
head -20 "$work/conversation.md"

say "Delete the account and everything in it"
send DELETE /account "{\"password\":\"$password\"}"
curl --silent --cookie "$work/cookies" "$api/messages/$answer"
echo
