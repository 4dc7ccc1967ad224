-- One order, posted again and again by every connection. Prints one line of JSON for wrk.ts.
-- Source: wrk's SCRIPTING page, github.com/wg/wrk.
wrk.method = "POST"
wrk.path = "/api/orders"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"product_id":"sku-1","quantity":1,"amount":4200}'

-- With a file's name as argument, the id of every order that was answered 201 is kept in it, a line each. Only then, since wrk
-- takes every answer apart for it. The file is buffered, and written out when wrk ends.
function init(args)
  if not args[1] then return end
  local ids = assert(io.open(args[1], "w"))
  ids:setvbuf("full", 65536)
  function response(status, headers, body)
    if status == 201 then ids:write(body:match('"order_id":"([^"]+)"') or "an answer without an id", "\n") end
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"refused":%d,"broken":%d,"mean":%.3f,"p50":%.3f,"p99":%.3f,"cpuSeconds":%.3f}\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency.mean / 1e3, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, os.clock()))
end
