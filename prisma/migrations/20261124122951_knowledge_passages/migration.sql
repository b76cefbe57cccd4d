-- AlterTable
ALTER TABLE "KnowledgeItem" ADD COLUMN     "hash" TEXT,
ADD COLUMN     "reason" TEXT,
ADD COLUMN     "size" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "state" TEXT NOT NULL DEFAULT 'ready',
ADD COLUMN     "url" TEXT;

-- AlterTable
ALTER TABLE "User" ADD COLUMN     "knowledgeRevision" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "Passage" (
    "itemId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "page" INTEGER,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,

    CONSTRAINT "Passage_pkey" PRIMARY KEY ("itemId","position")
);

-- CreateIndex
CREATE UNIQUE INDEX "KnowledgeItem_userId_hash_key" ON "KnowledgeItem"("userId", "hash");

-- AddForeignKey
ALTER TABLE "Passage" ADD CONSTRAINT "Passage_itemId_fkey" FOREIGN KEY ("itemId") REFERENCES "KnowledgeItem"("id") ON DELETE CASCADE ON UPDATE CASCADE;
