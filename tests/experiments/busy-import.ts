// Blocks the event loop forever.
console.error('importing');
for (;;);
