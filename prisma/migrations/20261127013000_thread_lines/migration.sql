-- AlterTable
ALTER TABLE "Thread" ADD COLUMN     "line" TEXT;

-- CreateIndex
CREATE INDEX "Thread_line_idx" ON "Thread"("line");

-- Conversations that are open, as `threadOf` makes it: the SHA-256 of owner, channel and both numbers.
UPDATE "Thread" SET "line" = encode(sha256(convert_to(concat_ws(chr(10),
  stored."userId", stored."state"->'channel'->>'kind', stored."state"->'channel'->>'peer', stored."state"->'channel'->>'own'
), 'UTF8')), 'hex')
FROM "Session" AS stored
WHERE "Thread"."key" IS NOT NULL AND stored."id" = "Thread"."sessionId" AND stored."userId" IS NOT NULL
  AND stored."state"->'channel'->>'kind' IN ('sms', 'whatsapp');
