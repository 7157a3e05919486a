const instantFormat = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' });

/** `2026-11-23 10:25` in the server's time zone. The reader is on the same machine. */
export function instant(date: Date): string {
  return instantFormat.format(date);
}

const timeFormat = new Intl.DateTimeFormat('sv-SE', { timeStyle: 'medium' });

/** `10:25:07` in the server's time zone. */
export function timeOfDay(date: Date): string {
  return timeFormat.format(date);
}

/** A duration: `8.4 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const pad = (value: number) => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}
