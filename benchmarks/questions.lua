-- Posts questions as a desk sends them. Arguments: TOKEN, and for fresh idempotency keys their PREFIX.

local bodies = {
  '{"topic":"dutch-course","consent":true,"text":"Ik wil graag een cursus Nederlands in de avond, want overdag werk ik.","language":"pl","municipality":"GM0772","group":"eu-labour-migrant"}',
  '{"topic":"bsn","consent":true,"text":"Ik heb een BSN nodig om te kunnen beginnen met werken.","language":"ro","municipality":"GM0772","group":"eu-labour-migrant"}',
  '{"topic":"digid","consent":true,"text":"Hoe vraag ik DigiD aan zonder Nederlands telefoonnummer?","language":"en","municipality":"GM0858","group":"knowledge-migrant"}',
  '{"topic":"secondary-isk","consent":true,"text":"Mijn dochter is veertien en spreekt nog geen Nederlands. Waar kan zij naar school?","language":"uk","municipality":"GM0772","group":"displaced-ukraine"}',
  '{"topic":"letters-forms","consent":true,"text":"Ik begrijp deze brief van de gemeente niet.","language":"ar","municipality":"GM0772","group":"status-holder"}',
  '{"topic":"social-assistance","consent":true,"text":"Kan ik bijstand krijgen zolang ik nog geen werk heb?","language":"en","municipality":"GM0858","group":"family-migrant"}',
  '{"topic":"driving-licence-exchange","consent":true,"text":"Is mijn rijbewijs uit India hier geldig?","language":"en","municipality":"GM0772","group":"knowledge-migrant"}',
  '{"topic":"primary-newcomer-class","consent":true,"text":"Welke basisschool heeft een taalklas voor een kind van zes?","language":"es","municipality":"GM0772","group":"family-migrant"}',
}

local threads = 0
local answers = {}

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  sent = 0
  prefix = args[2]
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. args[1]
end

function request()
  sent = sent + 1
  if prefix then
    wrk.headers["Idempotency-Key"] = prefix .. "-" .. number .. "-" .. sent
  end
  return wrk.format(nil, nil, nil, bodies[sent % #bodies + 1])
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    '\n{"answered": %d, "failed": %d, "seconds": %.6f, "median_ms": %.3f, "p99_ms": %.3f}\n',
    summary.requests, failed, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3
  ))
end
