// A folder of files, as a static host has it; and nothing that the test does not need.
export default {
  output: 'export', eslint: { ignoreDuringBuilds: true }, typescript: { ignoreBuildErrors: true }, experimental: { cpus: 1 },
};
