-- A scan with each call.

function init()
  wrk.headers["X-API-Key"] = os.getenv("CSPM_API_KEY")
end

function request()
  return wrk.format("GET", "/api/scan")
end

dofile(os.getenv("CSPM_DONE_LUA"))
