-- What people who watch a scan ask for. CSPM_IDS names a file with the ids of a scan that is done and of the latest one, which
-- change as scans go on.

local paths = {}
local asked = 0

local function ids()
  local file = assert(io.open(os.getenv("CSPM_IDS")))
  local done, latest = file:read("*l"), file:read("*l")
  file:close()
  paths = {
    "/api/scans/" .. latest,
    "/api/scans/" .. done .. "/findings",
    "/api/scans/" .. latest,
    "/api/scans/" .. done .. "/findings?status=fail&limit=25&offset=25",
    "/healthz",
    "/api/scans/" .. done .. "/findings?q=bucket&limit=50",
  }
end

function init()
  wrk.headers["X-API-Key"] = os.getenv("CSPM_API_KEY")
end

function request()
  if asked % 100 == 0 then ids() end
  asked = asked + 1
  return wrk.format("GET", paths[asked % #paths + 1])
end

dofile(os.getenv("CSPM_DONE_LUA"))
