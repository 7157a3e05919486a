// A reader that goes away (`| head`) or a terminal that is closed ends no command that has something to finish.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
