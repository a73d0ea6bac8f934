// Runs each audit of graphql-http against the address given, one after another, and prints what
// came of them as one JSON list.
import { serverAudits } from 'graphql-http';

const found = [];
for (const audit of serverAudits({ url: process.argv[2] })) {
  const { id, name, status, reason } = await audit.fn();
  found.push({ id, name, status, reason });
}
process.stdout.write(JSON.stringify(found));
