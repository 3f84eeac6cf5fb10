// SPDX-License-Identifier: GPL-2.0-only
/* Questions to rtnetlink: devices and routes. */
#include "private.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

enum { ANSWER_BYTES = 65536 };

struct request {
	struct nlmsghdr header;
	uint8_t body[64];
};

static int send_request(int fd, int type, int flags, const void *body,
			size_t size)
{
	struct request request = {
		.header = { .nlmsg_len = NLMSG_LENGTH(size),
			    .nlmsg_type = type,
			    .nlmsg_flags = NLM_F_REQUEST | flags,
			    .nlmsg_seq = 1 },
	};

	if (size > sizeof(request.body))
		return -EINVAL;
	memcpy(request.body, body, size);
	if (send(fd, &request, request.header.nlmsg_len, 0) < 0)
		return -errno;
	return 0;
}

/* 1: there is more to come. */
static int visit_message(const struct nlmsghdr *message, netlink_visitor *visit,
			 void *context)
{
	const struct nlmsgerr *failure = NLMSG_DATA(message);
	int result;

	if (message->nlmsg_type == NLMSG_DONE)
		return 0;
	if (message->nlmsg_type == NLMSG_ERROR)
		return failure->error;
	result = visit(context, message);
	if (result)
		return result;
	return message->nlmsg_flags & NLM_F_MULTI ? 1 : 0;
}

static int visit_answers(int fd, netlink_visitor *visit, void *context)
{
	_cleanup_free_ void *buffer = malloc(ANSWER_BYTES);
	const struct nlmsghdr *message;
	ssize_t length;
	int result = 1;

	if (!buffer)
		return -ENOMEM;
	while (result == 1) {
		length = recv(fd, buffer, ANSWER_BYTES, 0);
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return -errno;
		for (message = buffer;
		     result == 1 && NLMSG_OK(message, (size_t)length);
		     message = NLMSG_NEXT(message, length))
			result = visit_message(message, visit, context);
	}
	return result;
}

int netlink_ask(int type, int flags, const void *body, size_t size,
		netlink_visitor *visit, void *context)
{
	_cleanup_fd_ int fd =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int result;

	if (fd < 0)
		return -errno;
	result = send_request(fd, type, flags, body, size);
	return result ? result : visit_answers(fd, visit, context);
}

void netlink_attributes(const struct nlmsghdr *message, size_t body,
			const struct rtattr **list, size_t types)
{
	const struct rtattr *each =
		(const void *)((const uint8_t *)NLMSG_DATA(message) +
			       NLMSG_ALIGN(body));
	size_t length = message->nlmsg_len - NLMSG_SPACE(body);

	memset(list, 0, types * sizeof(const struct rtattr *));
	for (; RTA_OK(each, length); each = RTA_NEXT(each, length))
		if ((each->rta_type & NLA_TYPE_MASK) < types)
			list[each->rta_type & NLA_TYPE_MASK] = each;
}
