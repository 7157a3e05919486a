// Never comes to its end, nor to the event loop.
console.error('importing');
for (;;);
