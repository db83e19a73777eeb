export default function Later() {
  return <p>asked for later, release-one</p>;
}
