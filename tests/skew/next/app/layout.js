export const metadata = { title: 'A page that Next.js builds' };

export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>;
}
