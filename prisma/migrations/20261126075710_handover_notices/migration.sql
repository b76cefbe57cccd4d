-- CreateTable
CREATE TABLE "Notice" (
    "sessionId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "content" JSON NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Notice_pkey" PRIMARY KEY ("sessionId","seq")
);

-- CreateIndex
CREATE INDEX "Notice_dueAt_idx" ON "Notice"("dueAt");

-- AddForeignKey
ALTER TABLE "Notice" ADD CONSTRAINT "Notice_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;
