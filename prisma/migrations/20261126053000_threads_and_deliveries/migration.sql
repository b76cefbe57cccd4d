-- CreateTable
CREATE TABLE "Thread" (
    "sessionId" TEXT NOT NULL,
    "key" TEXT,
    "seq" INTEGER NOT NULL,

    CONSTRAINT "Thread_pkey" PRIMARY KEY ("sessionId")
);

-- CreateTable
CREATE TABLE "Delivery" (
    "sessionId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "part" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "content" JSON,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "sid" TEXT,
    "reason" TEXT,
    "dueAt" TIMESTAMPTZ(3),

    CONSTRAINT "Delivery_pkey" PRIMARY KEY ("sessionId","seq","part")
);

-- CreateIndex
CREATE UNIQUE INDEX "Thread_key_key" ON "Thread"("key");

-- CreateIndex
CREATE INDEX "Delivery_dueAt_idx" ON "Delivery"("dueAt");

-- AddForeignKey
ALTER TABLE "Thread" ADD CONSTRAINT "Thread_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;
