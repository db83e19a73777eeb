'use client';
import dynamic from 'next/dynamic';
import { useState } from 'react';

const Later = dynamic(() => import('./later'), { ssr: false });

export default function Page() {
  const [more, show] = useState(false);
  return <main><button onClick={() => show(true)}>More</button>{more && <Later />}</main>;
}
