-- AlterTable
ALTER TABLE "File" ADD COLUMN     "hash" TEXT;

-- CreateIndex
CREATE INDEX "File_hash_idx" ON "File"("hash");
