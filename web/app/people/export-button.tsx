import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import type { Person } from '../../api/schemas/people.ts';
import { Button } from '../ui/controls.tsx';
import { counted } from '../ui/format.ts';
import { complain, say } from '../ui/messages.tsx';

/** Gives everything that is held on a person: for one who asks for it, as the law may allow. */
export function ExportButton({ person: { person_id } }: { person: Person }) {
  const give = useMutation({
    mutationFn: async () => {
      // Only few need what it takes to join archives.
      const { downloadArchives } = await import('../api/download-archives.ts');
      return downloadArchives(`/people/${person_id}/export`, person_id);
    },
    onSuccess: (files) => say(`${counted(files, 'file')}. They tell of a person: keep them safe.`),
    onError: complain,
  });
  return (
    <Button small onPress={() => give.mutate()} isDisabled={give.isPending}>
      <Download size={14} aria-hidden /> {give.isPending ? 'Exporting …' : 'Export'}
    </Button>
  );
}
