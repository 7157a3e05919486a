/** 3725 → `1:02:05 left`. */
export function timeLeft(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return 'time left unknown';
  const whole = Math.ceil(seconds);
  const minutes = `${Math.floor((whole % 3600) / 60)}`;
  return whole < 3600
    ? `${minutes}:${twoDigits(whole % 60)} left`
    : `${Math.floor(whole / 3600)}:${twoDigits(Number(minutes))}:${twoDigits(whole % 60)} left`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
