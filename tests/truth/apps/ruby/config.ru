# What the set-ups in Ruby serve, as a Rack application.
LARGE = 'x' * (4 << 20)

class Parts
  def initialize(number, pause)
    @number, @pause = number, pause
  end

  def each
    @number.times do
      yield "part\n"
      sleep @pause
    end
  end
end

run(lambda do |env|
  asked = Rack::Utils.parse_query(env['QUERY_STRING'])
  pause = (asked['ms'] || 100).to_i / 1000.0
  text = { 'content-type' => 'text/plain' }
  case env['PATH_INFO']
  when '/stream' then return [200, text, Parts.new((asked['n'] || 10).to_i, pause)]
  when '/events' then return [200, text, Parts.new(1 << 30, pause)]
  when '/large' then body = LARGE
  when '/upload' then body = "#{env['rack.input'].read.bytesize} bytes\n"
  when '/slow'
    sleep((asked['ms'] || 1000).to_i / 1000.0)
    body = "done\n"
  else body = "hello\n"
  end
  [200, text.merge('content-length' => body.bytesize.to_s), [body]]
end)
