# The paths of python/server.py, as a Rack application.
require "uri"

run(lambda do |env|
  path = env["PATH_INFO"]
  env["rack.input"].read if env["REQUEST_METHOD"] == "POST"
  if path == "/slow"
    asked = URI.decode_www_form(env["QUERY_STRING"]).to_h
    sleep(asked.fetch("ms", "1500").to_i / 1000.0)
  end
  known = ["/", "/ready", "/slow", "/upload"].include?(path)
  body = known ? "done\n" : "not found\n"
  headers = {"Content-Type" => "text/plain", "Content-Length" => body.bytesize.to_s}
  [known ? 200 : 404, headers, [body]]
end)
