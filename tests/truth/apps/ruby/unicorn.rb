worker_processes 5
timeout 60
logger Logger.new(File::NULL)
