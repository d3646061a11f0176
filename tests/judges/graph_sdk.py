"""azure-identity signs in and msgraph-sdk reads the tenant, as Microsoft's samples do.

On standard input: `{"ready", "client_id", "pfx", "pfx_password", "size"}`: the PFX is the one that
Fairlead exported, `size` what the tenant was started with.
"""

import asyncio
import json
import ssl
from contextlib import AsyncExitStack

import httpx
from azure.core.exceptions import ClientAuthenticationError
from azure.identity.aio import CertificateCredential, ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from msgraph import GraphServiceClient
from msgraph.graph_request_adapter import options
from msgraph.generated.groups.groups_request_builder import GroupsRequestBuilder
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.planner_plan_container import PlannerPlanContainer
from msgraph.generated.models.planner_plan import PlannerPlan
from msgraph.generated.models.planner_task import PlannerTask
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph_core import GraphClientFactory
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem
from msgraph_core.tasks.page_iterator import PageIterator

from clients.given import given, same, step

SCOPE = ["https://graph.microsoft.com/.default"]
NOBODY = "11111111-2222-3333-4444-555555555555"


class Program:
    """A program that is written with Microsoft's libraries."""

    def __init__(self, ready, credential, http):
        provider = AzureIdentityAuthenticationProvider(credential, scopes=SCOPE,
                                                       allowed_hosts=["localhost"])
        client = GraphClientFactory.create_with_default_middleware(client=http, options=options)
        self.adapter = GraphRequestAdapter(provider, client=client)
        self.adapter.base_url = f"{ready['graph']}/v1.0"
        self.graph = GraphServiceClient(request_adapter=self.adapter)


def client_options(ready):
    return {"authority": ready["login"], "disable_instance_discovery": True}


async def organization(graph, ready):
    step("organization")
    found = await graph.organization.get()
    same([each.id for each in found.value], [ready["tenant_id"]], "the tenant")
    domains = [domain.name for domain in found.value[0].verified_domains]
    assert ready["domain"] in domains, domains


async def users(graph, size):
    step("users: $select, $filter, $count with ConsistencyLevel, every page")
    query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        select=["id", "displayName", "userPrincipalName", "accountEnabled", "assignedPlans"],
        filter="accountEnabled eq true and userType eq 'Member'", count=True, top=25)
    headers = RequestConfiguration()
    headers.headers.add("ConsistencyLevel", "eventual")
    configuration = RequestConfiguration(query_parameters=query, headers=headers.headers)
    first = await graph.users.get(request_configuration=configuration)
    same(len(first.value), 25, "the first page")
    assert first.odata_next_link, "there is no further page"
    seen, page = list(first.value), first
    while page.odata_next_link:
        # The header is no part of the link: on directory pages it goes along with each.
        page = await graph.users.with_url(page.odata_next_link).get(request_configuration=headers)
        seen += page.value
    same(len(seen), first.odata_count, "the number of users")
    same(len({user.id for user in seen}), len(seen), "the number of different users")
    assert len(seen) >= size["users"] // 2, len(seen)
    assert all(user.account_enabled and user.assigned_plans is not None for user in seen), "values"
    assert all(user.job_title is None for user in seen), "what was not selected did come"
    one = await graph.users.by_user_id(seen[0].user_principal_name).get()
    same(one.id, seen[0].id, "the user by name")


async def groups(graph, adapter, size):
    step("groups: the Unified filter, members")
    query = GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters(
        filter="groupTypes/any(c:c eq 'Unified')", select=["id", "displayName", "groupTypes"], top=7)
    first = await graph.groups.get(request_configuration=RequestConfiguration(query_parameters=query))
    seen = []
    await PageIterator(first, adapter).iterate(lambda group: seen.append(group) or True)
    same(len(seen), size["groups"], "the number of groups")
    assert all("Unified" in group.group_types for group in seen), "a group of another type"
    members = await graph.groups.by_group_id(seen[0].id).members.get()
    assert members.value, "a group without members"
    same({member.odata_type for member in members.value}, {"#microsoft.graph.user"}, "the types")
    assert all(member.display_name for member in members.value), "members without names"
    return seen


async def planner(graph, groups):
    step("plans, buckets, tasks, task details")
    plans = []
    for group in groups:
        found = await graph.groups.by_group_id(group.id).planner.plans.get()
        plans += found.value
    assert plans, "no plan"
    plan = plans[0]
    same(plan.container.container_id, groups_of(plan, groups).id, "the plan's container")
    buckets = (await graph.planner.plans.by_planner_plan_id(plan.id).buckets.get()).value
    tasks = (await graph.planner.plans.by_planner_plan_id(plan.id).tasks.get()).value
    assert buckets and tasks, f"{len(buckets)} buckets, {len(tasks)} tasks"
    assert {task.bucket_id for task in tasks} <= {bucket.id for bucket in buckets}, "buckets"
    labels = await graph.planner.plans.by_planner_plan_id(plan.id).details.get()
    assert labels.category_descriptions is not None, "plan details without labels"
    details = [await graph.planner.tasks.by_planner_task_id(task.id).details.get()
               for task in tasks[:20]]
    same([one.id for one in details], [task.id for task in tasks[:20]], "the details")
    for task, one in zip(tasks, details):
        same(task.checklist_item_count, len(one.checklist.additional_data), "the checklist")
        same(task.reference_count, len(one.references.additional_data), "the references")
        same(task.has_description, bool(one.description), "the description")
    etags = {task.additional_data.get("@odata.etag", "") for task in tasks}
    assert all(etag.startswith('W/"') for etag in etags), etags
    return plans, tasks


def groups_of(plan, groups):
    return next(group for group in groups if group.id == plan.container.container_id)


async def batch(graph, adapter, plans):
    step("$batch: twenty requests, one of them for nothing")
    wanted = [plan.id for plan in plans[:19]]
    builders = [graph.planner.plans.by_planner_plan_id(plan) for plan in wanted]
    content = BatchRequestContent()
    for builder in (*builders, graph.users.by_user_id(NOBODY)):
        item = BatchRequestItem(builder.to_get_request_information())
        # The library leaves the whole address, which Graph refuses:
        # https://github.com/microsoftgraph/msgraph-sdk-python-core/issues/1116
        item.url = item.url.removeprefix(adapter.base_url)
        content.add_request(item.id, item)
    builder = BatchRequestBuilder(adapter)
    answer = await builder.post(content)
    statuses = sorted(answer.get_response_status_codes().values())
    same(statuses, [200] * len(wanted) + [404], "the statuses")
    # This release of the library drops bodies that are objects, so they are read beside it.
    request = await builder.to_post_request_information(content)
    raw = json.loads(await adapter.send_primitive_async(request, "bytes", {}))
    same({each["id"] for each in raw["responses"]}, set(answer.responses), "the ids")
    bodies = [each["body"] for each in raw["responses"] if each["status"] == 200]
    same({body["id"] for body in bodies}, set(wanted), "the plans")


async def errors(graph, ready, group):
    step("errors are Microsoft's")
    error = await fails(graph.users.by_user_id(NOBODY).get())
    same((error.response_status_code, error.error.code), (404, "Request_ResourceNotFound"), "no user")
    assert error.error.inner_error.request_id, "no request id"
    error = await fails(graph.planner.plans.by_planner_plan_id("x" * 28).get())
    same(error.response_status_code, 404, "no plan")
    error = await fails(graph.planner.plans.by_planner_plan_id("short").get())
    same(error.response_status_code, 400, "an id that is none")
    container = PlannerPlanContainer(url=f"{ready['graph']}/v1.0/groups/{group.id}")
    error = await fails(graph.planner.plans.post(PlannerPlan(container=container, title="A plan")))
    same((error.response_status_code, error.error.code), (403, ""), "writing without permission")
    error = await fails(graph.me.get())
    same(error.response_status_code, 400, "/me without a user")
    error = await fails(graph.planner.tasks.post(PlannerTask(title="No plan")))
    assert error.response_status_code in (400, 403), error


async def fails(call):
    try:
        await call
    except ODataError as error:
        return error
    raise AssertionError("it did not fail")


async def credentials(said, ready):
    step("credentials: wrong ones are refused with Entra's numbers")
    tenant, automation = ready["tenant_id"], ready["automation"]
    wrong = ClientSecretCredential(tenant, automation["client_id"], "wrong",
                                   connection_verify=ready["ca"], **client_options(ready))
    nobody = CertificateCredential(tenant, NOBODY, said["pfx"], password=said["pfx_password"],
                                   connection_verify=ready["ca"], **client_options(ready))
    for credential, number in ((wrong, "AADSTS7000215"), (nobody, "AADSTS700016")):
        async with credential:
            try:
                await credential.get_token(*SCOPE)
            except ClientAuthenticationError as error:
                assert number in str(error), error
            else:
                raise AssertionError(f"a token came, where {number} should")
    try:
        CertificateCredential(tenant, NOBODY, said["pfx"], password="another")
    except ValueError:
        pass
    else:
        raise AssertionError("the PFX opened with another password")


async def main():
    said = given()
    ready, size = said["ready"], said["size"]
    trusted = ssl.create_default_context(cafile=ready["ca"])
    options = client_options(ready)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(verify=trusted, timeout=30))
        certificate = await stack.enter_async_context(CertificateCredential(
            ready["tenant_id"], said["client_id"], said["pfx"], password=said["pfx_password"],
            **options))
        secret = await stack.enter_async_context(ClientSecretCredential(
            ready["tenant_id"], **ready["automation"], **options))
        step("with the certificate that Fairlead exported")
        program = Program(ready, certificate, http)
        graph, adapter = program.graph, program.adapter
        await users(graph, size)
        found = await groups(graph, adapter, size)
        plans, _ = await planner(graph, found)
        await batch(graph, adapter, plans)
        await errors(graph, ready, found[0])
        step("with a secret, as an app that may read everything")
        http = await stack.enter_async_context(httpx.AsyncClient(verify=trusted, timeout=30))
        program = Program(ready, secret, http)
        await organization(program.graph, ready)
    await credentials(said, ready)


if __name__ == "__main__":
    asyncio.run(main())
