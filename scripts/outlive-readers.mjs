// A closed terminal, or a reader that goes away (`| head`), must not end a command that has work to finish.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
