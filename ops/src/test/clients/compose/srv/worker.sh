trap 'echo worker stops; exit 0' TERM
while :; do
  echo "worked $(redis-cli -h db incr worked)"
  sleep "${PAUSE:-1}" &
  wait $!
done
