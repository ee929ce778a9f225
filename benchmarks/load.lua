-- wrk script: one prepared request, again and again; prints one JSON line at the end.
-- The request comes from the environment: METHOD, BODY, and HEADERS as "Name: value" lines.
wrk.method = os.getenv("METHOD") or "POST"
wrk.body = os.getenv("BODY")
for name, value in string.gmatch(os.getenv("HEADERS") or "", "([^:\n]+): ([^\n]+)") do
  wrk.headers[name] = value
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
