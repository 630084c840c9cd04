#!/usr/bin/env bash
# Starts an emulator of the platform for the rest of a job, and points examples/acme at it.
# With the argument 'applied', what is declared is live there already.
set -euo pipefail

port=${EMULATOR_PORT:-8791}
python3 -m venv "$RUNNER_TEMP/emulator"
"$RUNNER_TEMP/emulator/bin/pip" install --quiet --disable-pip-version-check '.[harness]'
hookwright=$RUNNER_TEMP/emulator/bin/hookwright

nohup "$hookwright" emulator --port "$port" >"$RUNNER_TEMP/emulator.log" 2>&1 &
echo $! >"$RUNNER_TEMP/emulator.pid"
until grep -q 'listening on' "$RUNNER_TEMP/emulator.log"; do
  kill -0 "$(cat "$RUNNER_TEMP/emulator.pid")" || { cat "$RUNNER_TEMP/emulator.log"; exit 1; }
  sleep 0.1
done

sed -i "s|^    api_key:|    api_url: http://127.0.0.1:$port\n&|" examples/acme/hookwright.yaml

if [ "${1:-}" = applied ]; then
  export REFOLD_TEST_API_KEY=tk_test_key_of_the_emulator REFOLD_PRODUCTION_API_KEY=pk_test_key_of_the_emulator
  export PAGER_TOKEN=a-token-of-nobody REFOLD_CALLBACK_KEY=tk_test_key_of_nobody
  export SLACK_TEST_PATH=T000/B000/test SLACK_PRODUCTION_PATH=T000/B000/production
  "$hookwright" apply -C examples/acme -e test -e production --yes
fi
