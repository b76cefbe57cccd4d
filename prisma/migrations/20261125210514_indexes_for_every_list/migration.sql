-- DropIndex
DROP INDEX "Workflow_isTemplate_idx";

-- CreateIndex
CREATE INDEX "KnowledgeItem_userId_url_idx" ON "KnowledgeItem"("userId", "url");

-- CreateIndex
CREATE INDEX "KnowledgeItem_state_idx" ON "KnowledgeItem"("state");

-- CreateIndex
CREATE INDEX "User_createdAt_id_idx" ON "User"("createdAt", "id");

-- CreateIndex
CREATE INDEX "Workflow_userId_name_idx" ON "Workflow"("userId", "name");
