import { Link } from '@tanstack/react-router';
import {
  ChartNoAxesCombined,
  CircleX,
  Images,
  type LucideIcon,
  ScanFace,
  Settings2,
  Users,
  Workflow,
} from 'lucide-react';

interface Entry {
  to: string;
  text: string;
  icon: LucideIcon;
}

const PAGES: readonly Entry[] = [
  { to: '/', text: 'Photos', icon: Images },
  { to: '/name', text: 'Name', icon: ScanFace },
  { to: '/people', text: 'People', icon: Users },
  { to: '/trends', text: 'Trends', icon: ChartNoAxesCombined },
  { to: '/executions', text: 'Executions', icon: Workflow },
  { to: '/failed', text: 'Failed', icon: CircleX },
  { to: '/settings', text: 'Settings', icon: Settings2 },
];

export const Navigation = () => (
  <nav aria-label="Pages">
    <ul>
      {PAGES.map(({ to, text, icon: Icon }) => (
        <li key={to}>
          <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }} title={text}>
            <Icon size={18} strokeWidth={1.9} aria-hidden />
            <span>{text}</span>
          </Link>
        </li>
      ))}
    </ul>
  </nav>
);
