// The least that a program in Node can do for a warm `up`: one question to the engine.
const process = require('node:process');
const { request } = require('node:http');
const socketPath = process.env.DOCKER_HOST.replace('unix://', '');
const filters = encodeURIComponent(JSON.stringify({ label: ['dev.teamvm.role=workspace'] }));
request({ socketPath, path: `/v1.41/containers/json?all=1&filters=${filters}` }, (response) => {
  let text = '';
  response.on('data', (chunk) => (text += chunk));
  response.on('end', () => {
    if (!Array.isArray(JSON.parse(text))) process.exitCode = 1;
  });
}).end();
