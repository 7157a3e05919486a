import Link from 'next/link';
import { Message } from '../components/message.tsx';

export default function NotFound() {
  return (
    <Message title="There is nothing here">
      <p>No sweep, run or page has this address. It may belong to another data folder or database.</p>
      <p>
        <Link href="/" className="text-accent hover:underline">
          All sweeps
        </Link>
      </p>
    </Message>
  );
}
