import Link from 'next/link';
import { Message } from '../components/message.tsx';

export default function NotFound() {
  return (
    <Message title="Page not found">
      <p>
        No sweep, run, latent or page has this address. It may belong to a different data folder or database.
      </p>
      <p>
        <Link href="/" className="text-accent hover:underline">
          Show all sweeps
        </Link>
      </p>
    </Message>
  );
}
