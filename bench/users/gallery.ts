import {
  AssociateFacesCommand,
  CreateCollectionCommand,
  CreateUserCommand,
  IndexFacesCommand,
  RekognitionClient,
  SearchFacesByImageCommand,
  SearchUsersByImageCommand,
} from '@aws-sdk/client-rekognition';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen } from '../../local/http.ts';
import { startRekognition } from '../../local/rekognition/server.ts';
import { openStore } from '../../local/store.ts';

export interface Found {
  readonly person: string;
  readonly similarity: number;
}

export interface Gallery {
  /** How often faces were indexed, and users made or given faces. */
  readonly calls: { index: number; user: number };
  enrol(person: string, pictures: readonly Buffer[]): Promise<void>;
  /** The most similar, if a face is found in the picture. */
  searchFaces(picture: Buffer): Promise<Found | undefined>;
  searchUsers(picture: Buffer): Promise<Found | undefined>;
  close(): Promise<void>;
}

const CollectionId = 'users';

/** The local Rekognition, through the SDK. */
export async function startGallery(): Promise<Gallery> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-users-'));
  const store = await openStore(folder);
  const service = await startRekognition({
    store,
    readObject: () => Promise.reject(new Error('Pictures are sent inline here.')),
    workers: 2,
  });
  const server = await listen(service.handler);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new RekognitionClient({ endpoint: server.url, region: 'us-east-1', credentials });
  await client.send(new CreateCollectionCommand({ CollectionId }));
  const calls = { index: 0, user: 0 };
  return {
    calls,
    enrol: async (person, pictures) => {
      const FaceIds: string[] = [];
      for (const Bytes of pictures) {
        calls.index += 1;
        const index = { CollectionId, Image: { Bytes }, ExternalImageId: person, MaxFaces: 1 };
        const { FaceRecords = [] } = await client.send(new IndexFacesCommand(index));
        FaceIds.push(...FaceRecords.flatMap(({ Face }) => Face?.FaceId ?? []));
      }
      calls.user += 2;
      await client.send(new CreateUserCommand({ CollectionId, UserId: person }));
      await client.send(new AssociateFacesCommand({ CollectionId, UserId: person, FaceIds }));
    },
    searchFaces: async (Bytes) => {
      const search = { CollectionId, Image: { Bytes }, FaceMatchThreshold: 0, MaxFaces: 1 };
      const { FaceMatches: [best] = [] } = await client.send(new SearchFacesByImageCommand(search)).catch(noFace);
      return best && { person: best.Face?.ExternalImageId ?? '', similarity: best.Similarity ?? 0 };
    },
    searchUsers: async (Bytes) => {
      const search = { CollectionId, Image: { Bytes }, UserMatchThreshold: 0, MaxUsers: 1 };
      const { UserMatches: [best] = [] } = await client.send(new SearchUsersByImageCommand(search));
      return best && { person: best.User?.UserId ?? '', similarity: best.Similarity ?? 0 };
    },
    close: async () => {
      await server.close();
      await service.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A search of faces fails where one of users answers with nothing. */
function noFace(error: Error): { FaceMatches: [] } {
  if (/no faces in the image/i.test(error.message)) return { FaceMatches: [] };
  throw error;
}
