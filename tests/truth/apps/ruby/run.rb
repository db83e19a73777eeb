# run.rb puma|unicorn ARGUMENTS: the program of the gem, from where Debian's packages were unpacked.
name = ARGV.shift
case name
when 'puma'
  require 'puma/cli'
  Puma::CLI.new(ARGV).run
when 'unicorn'
  load File.join(ENV.fetch('BUILT'), 'debian/usr/bin/unicorn')
end
