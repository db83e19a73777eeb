"""Ruby: Puma and Unicorn, unpacked from Debian's packages."""
from setup import Setup

ROOT = "${built}/debian"
GEMS = "rubygems-integration"
ENV = {"RUBYLIB": f"{ROOT}/usr/lib/ruby/vendor_ruby:"
                  f"{ROOT}/usr/lib/x86_64-linux-gnu/ruby/vendor_ruby/3.1.0",
       "GEM_PATH": f"{ROOT}/usr/lib/x86_64-linux-gnu/{GEMS}/3.1.0:{ROOT}/usr/share/{GEMS}/all:"
                   f"{ROOT}/usr/share/{GEMS}/3.1.0"}
RUBY = ["ruby", "${here}/apps/ruby/run.rb"]
NEEDS = ["ruby", "debian/.ruby"]
APP = "${here}/apps/ruby/config.ru"
PUMA = [*RUBY, "puma", "--quiet", "--threads", "16:16", "--bind", "tcp://127.0.0.1:${port}"]
UNICORN = [*RUBY, "unicorn", "-c", "${here}/apps/ruby/unicorn.rb", "-l", "127.0.0.1:${port}", APP]

SETUPS = [
    Setup("puma", "Puma, one process", [*PUMA, APP], NEEDS, env=ENV),
    Setup("puma-cluster", "Puma, two workers", [*PUMA, "--workers", "2", APP], NEEDS, env=ENV),
    Setup("unicorn-term", "Unicorn, TERM", UNICORN, NEEDS, env=ENV, at_once=4, keeps=0),
    Setup("unicorn-quit", "Unicorn, QUIT", UNICORN, NEEDS, "QUIT", env=ENV, at_once=4, keeps=0),
]
