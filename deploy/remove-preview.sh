#!/usr/bin/env bash
# Delete the stack of a pull request with all its data: deploy/remove-preview.sh 12
set -euo pipefail

if [[ ! ${1-} =~ ^[1-9][0-9]*$ ]]; then
    echo "usage: $0 <number of the pull request>" >&2
    exit 2
fi
stack=mrmrthon-pr-$1
if ! answer=$(aws cloudformation describe-stacks --stack-name "$stack" 2>&1); then
    echo "$answer" >&2
    [[ $answer == *"does not exist"* ]] # nothing to delete
    exit
fi

resources() {
    aws cloudformation list-stack-resources --stack-name "$stack" --output text \
        --query "StackResourceSummaries[?ResourceType=='$1' && ResourceStatus!='DELETE_COMPLETE'].[PhysicalResourceId]"
}
buckets=$(resources AWS::S3::Bucket)

# A bucket can be deleted only when it is empty, including former versions of its objects.
for bucket in $buckets; do
    aws s3 rm --recursive --only-show-errors "s3://$bucket"
    aws s3api list-object-versions --bucket "$bucket" --output text \
        --query '[Versions, DeleteMarkers][] | [?Key].[Key, VersionId]' |
        while IFS=$'\t' read -r key version; do
            [[ $key == None ]] ||
                aws s3api delete-object --bucket "$bucket" --key "$key" --version-id "$version" </dev/null >/dev/null
        done
done
sam delete --stack-name "$stack" --region "${AWS_REGION:?must be set}" --no-prompts
# The template retains tables, buckets and a last snapshot of user_db when a stack is deleted. A preview does not need
# them.
AWS_DEFAULT_REGION=$AWS_REGION "$(dirname "$0")/remove_tables.py" --yes "$stack"
for bucket in $buckets; do
    aws s3api delete-bucket --bucket "$bucket"
done
snapshots=$(aws rds describe-db-cluster-snapshots --snapshot-type manual --output text \
    --query "DBClusterSnapshots[?starts_with(DBClusterSnapshotIdentifier, '$stack-')].[DBClusterSnapshotIdentifier]")
for snapshot in $snapshots; do
    aws rds delete-db-cluster-snapshot --db-cluster-snapshot-identifier "$snapshot" >/dev/null
done
# Services that still deliver log events while the stack is deleted create its log groups again, without a retention
# period. Log groups of RDS belong to no stack.
for prefix in "/aws/vendedlogs/$stack/access" "/aws/lambda/$stack-" "$stack-" "/aws/rds/cluster/$stack-" \
    "/aws/rds/instance/$stack-"; do
    groups=$(aws logs describe-log-groups --log-group-name-prefix "$prefix" --output text \
        --query 'logGroups[].[logGroupName]')
    for group in $groups; do
        aws logs delete-log-group --log-group-name "$group"
    done
done
echo "$stack is deleted"
