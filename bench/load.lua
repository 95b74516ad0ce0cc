-- Sends the requests of a file in turn: a line each, "method, path, token, body, header" with tabs between, from
-- line `args[2]` on. Prints what bench/load.py reads.

local requests, at = {}, 0

function init(args)
    for line in io.lines(args[1]) do
        local method, path, token, body, header = line:match("^(%S+)\t(%S+)\t(%S+)\t([^\t]*)\t([^\t]*)$")
        local headers = { ["Authorization"] = "Bearer " .. token }
        local name, value = header:match("^(%S+): (.*)$")
        if name then
            headers[name] = value
        end
        if body == "" then
            body = nil
        else
            headers["Content-Type"] = "application/json"
        end
        requests[#requests + 1] = wrk.format(method, path, headers, body)
    end
    at = tonumber(args[2]) % #requests
end

function request()
    at = at % #requests + 1
    return requests[at]
end

function done(summary, latency, _)
    local errors = summary.errors
    io.write(string.format(
        '\nRESULT {"requests": %d, "seconds": %f, "failed": %d, "p50": %f, "p95": %f, "p99": %f}\n',
        summary.requests, summary.duration / 1e6,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        latency:percentile(50) / 1e6, latency:percentile(95) / 1e6, latency:percentile(99) / 1e6
    ))
end
