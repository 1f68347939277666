import { createServer } from 'node:http';

const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  response.end('Hello from Cloud Run.\n');
});

server.listen(Number(process.env.PORT ?? 8080), '0.0.0.0');
// Cloud Run gives an instance ten seconds after this signal. https://cloud.google.com/run/docs/container-contract#instance-shutdown
process.on('SIGTERM', () => server.close());
