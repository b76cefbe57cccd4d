-- CreateTable
CREATE TABLE "KnowledgeVectors" (
    "itemId" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "KnowledgeVectors_pkey" PRIMARY KEY ("itemId")
);

-- AddForeignKey
ALTER TABLE "KnowledgeVectors" ADD CONSTRAINT "KnowledgeVectors_itemId_fkey" FOREIGN KEY ("itemId") REFERENCES "KnowledgeItem"("id") ON DELETE CASCADE ON UPDATE CASCADE;
