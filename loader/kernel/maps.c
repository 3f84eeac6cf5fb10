// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps: made as the BPF object describes them, pinned, opened again.
 *
 * The object is opened for its map definitions and its BTF only, and never
 * loaded for that: maps exist and are checked before any program does. With
 * BTF types for keys and values, `bpftool map dump pinned` prints fields by
 * name. The templates NAME_template give the inner tries theirs.
 */
#include "private.h"

#include <bpf/btf.h>
#include <errno.h>
#include <string.h>

#include "programs.h"

/* Room for prefixes that are added while the policy is in force. */
enum { TRIE_ROOM = 65536 };

const char *const trie_names[TRIE_COUNT] = {
#define TRIE(symbol, name, family, value) #name,
#include "tries.def"
#undef TRIE
};

const uint8_t trie_families[TRIE_COUNT] = {
#define TRIE(symbol, name, family, value) family,
#include "tries.def"
#undef TRIE
};

const char *const plain_names[PLAIN_MAPS] = {
#define PLAIN_MAP(name) #name,
#include "plain_maps.def"
#undef PLAIN_MAP
};

uint32_t map_id(int fd)
{
	struct bpf_map_info info = {};
	uint32_t length = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &length) ? 0 : info.id;
}

int map_inner(int outer, uint32_t slot)
{
	uint32_t id;
	int fd;

	if (bpf_map_lookup_elem(outer, &slot, &id))
		return -errno;
	fd = bpf_map_get_fd_by_id(id);
	return fd < 0 ? -errno : fd;
}

void map_contents_free(struct map_contents *contents)
{
	free(contents->keys);
	free(contents->values);
}

/*
 * One batch look-up sized for a full map: what is not used of the memory is
 * never touched. A map that others fill at the same time may overflow it.
 */
int map_read(int fd, struct map_contents *contents)
{
	struct bpf_map_info info = {};
	uint32_t length = sizeof(info), batch;
	char next[64];

	*contents = (struct map_contents){};
	if (bpf_obj_get_info_by_fd(fd, &info, &length))
		return -errno;
	if (info.key_size > sizeof(next))
		return -EINVAL;
	batch = info.max_entries + 1;
	contents->keys = calloc(batch, info.key_size);
	contents->values = calloc(batch, info.value_size);
	if (!contents->keys || !contents->values)
		return -ENOMEM;
	contents->count = batch;
	if (bpf_map_lookup_batch(fd, NULL, next, contents->keys,
				 contents->values, &contents->count, NULL) &&
	    errno != ENOENT)
		return -errno;
	return 0;
}

int map_write(int fd, const void *keys, const void *values, uint32_t count)
{
	if (!count)
		return 0;
	return bpf_map_update_batch(fd, keys, values, &count, NULL) ? -errno
								    : 0;
}

int map_remove(int fd, const void *keys, uint32_t count)
{
	if (!count)
		return 0;
	return bpf_map_delete_batch(fd, keys, &count, NULL) ? -errno : 0;
}

/* ---- making ------------------------------------------------------------ */

static struct bpf_map *find(const struct maps *maps, const char *name)
{
	return bpf_object__find_map_by_name(maps->types, name);
}

/* inner: a map like those that will be put into this one; -1: none are. */
static int create(const struct maps *maps, const char *name,
		  const struct bpf_map *like, uint32_t max_entries, int inner,
		  struct kernel_error *error)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .btf_fd = maps->btf,
		    .btf_key_type_id = bpf_map__btf_key_type_id(like),
		    .btf_value_type_id = bpf_map__btf_value_type_id(like),
		    .map_flags = bpf_map__map_flags(like),
		    .inner_map_fd = inner < 0 ? 0 : inner);
	int fd;

	if (inner >= 0) /* such maps have no types */
		options.btf_fd = options.btf_key_type_id =
			options.btf_value_type_id = 0;
	if (!max_entries)
		max_entries = bpf_map__max_entries(like);
	fd = bpf_map_create(bpf_map__type(like), name, bpf_map__key_size(like),
			    bpf_map__value_size(like), max_entries, &options);
	if (fd < 0)
		return system_error(error, -fd, "cannot create the map %s",
				    name);
	return fd;
}

/*
 * A map for a slot of `outer`. The first one, which the outer map is made
 * with, has to have types just as the later ones: 6.1 compares that, too.
 */
static int create_inner(const struct maps *maps, struct bpf_map *outer,
			const char *name, uint32_t max_entries,
			struct kernel_error *error)
{
	const struct bpf_map *like;
	char template[64];

	snprintf(template, sizeof(template), "%s_template",
		 bpf_map__name(outer));
	like = find(maps, template);
	if (!like)
		like = bpf_map__inner_map(outer);
	return create(maps, name, like, max_entries, -1, error);
}

int maps_create(const struct maps *maps, const char *name, uint32_t max_entries,
		struct kernel_error *error)
{
	struct bpf_map *like = find(maps, name);
	_cleanup_fd_ int inner = -1;

	if (!like)
		return kernel_fail(error, EINVAL, NULL,
				   "the BPF object has no map %s", name);
	if (bpf_map__inner_map(like)) {
		inner = create_inner(maps, like, name, 0, error);
		if (inner < 0)
			return inner;
	}
	return create(maps, name, like, max_entries, inner, error);
}

int maps_create_trie(const struct maps *maps, enum trie trie,
		     uint32_t max_entries, struct kernel_error *error)
{
	const char *name = trie_names[trie];

	return create_inner(maps, find(maps, name), name,
			    max_entries + TRIE_ROOM, error);
}

int maps_create_image(const struct maps *maps, uint32_t page_count,
		      struct kernel_error *error)
{
	return create_inner(maps, find(maps, "images"), "image", page_count,
			    error);
}

int maps_create_chunk(const struct maps *maps, struct kernel_error *error)
{
	return create_inner(maps, find(maps, "more_counters"), "counters", 0,
			    error);
}

/* ---- pins -------------------------------------------------------------- */

static int check_layout(int fd, const struct bpf_map *like, const char *path,
			struct kernel_error *error)
{
	struct bpf_map_info info = {};
	uint32_t length = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &length))
		return system_error(error, errno, "cannot read about %s", path);
	if (info.type == bpf_map__type(like) &&
	    info.key_size == bpf_map__key_size(like) &&
	    info.value_size == bpf_map__value_size(like) &&
	    info.max_entries == bpf_map__max_entries(like) &&
	    info.map_flags == bpf_map__map_flags(like))
		return 0;
	return kernel_fail(error, EEXIST,
			   "`weir detach`, then apply: the network is without "
			   "its filter in between",
			   "the map pinned at %s is another version's: it has "
			   "another layout",
			   path);
}

static int create_pinned(const struct maps *maps, const char *name,
			 const char *path, struct kernel_error *error)
{
	int fd = maps_create(maps, name, 0, error);
	int result;

	if (fd < 0 || !bpf_obj_pin(fd, path))
		return fd;
	result = system_error(error, errno, "cannot pin %s", path);
	close(fd);
	return result;
}

/* *fd stays as it is when nothing is pinned there. */
static int open_pinned(const struct maps *maps, const char *name,
		       const char *path, int *fd, struct kernel_error *error)
{
	int opened = bpf_obj_get(path);

	if (opened < 0 && errno == ENOENT)
		return 0;
	if (opened < 0)
		return system_error(error, errno, "cannot open %s", path);
	*fd = opened;
	return check_layout(opened, find(maps, name), path, error);
}

struct named_map {
	const char *name;
	const char *directory;
	int *fd;
};

enum { ALL_MAPS = PLAIN_MAPS + TRIE_COUNT };

/* `images` comes first: pins without it could be anybody's programs'. */
static void list_maps(struct maps *maps, struct named_map list[ALL_MAPS])
{
	int i;

	for (i = 0; i < PLAIN_MAPS; i++) {
		int map = PLAIN_MAPS - 1 - i;

		list[i] = (struct named_map){ plain_names[map], "",
					      &maps->plain[map] };
	}
	for (i = 0; i < TRIE_COUNT; i++)
		list[PLAIN_MAPS + i] =
			(struct named_map){ trie_names[i], "tries/",
					    &maps->tries[i] };
}

static bool has_all_maps(struct maps *maps)
{
	struct named_map list[ALL_MAPS];
	int i;

	list_maps(maps, list);
	for (i = 0; i < ALL_MAPS; i++)
		if (!find(maps, list[i].name))
			return false;
	return true;
}

static int open_types(struct maps *maps, struct kernel_error *error)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "weir");

	maps->types = bpf_object__open_mem(
		weir_xdp_object, weir_xdp_object_end - weir_xdp_object,
		&options);
	if (!maps->types)
		return system_error(error, errno,
				    "cannot read the BPF object in weir (%s)",
				    messages_first());
	if (!bpf_object__btf(maps->types) || !has_all_maps(maps))
		return kernel_fail(
			error, EINVAL, NULL,
			"the BPF object in weir lacks maps or types");
	return 0;
}

/* Types are needed by who creates maps; readers may lack the privilege. */
static int load_types(struct maps *maps, struct kernel_error *error)
{
	struct btf *btf = bpf_object__btf(maps->types);

	if (btf__fd(btf) < 0 && btf__load_into_kernel(btf))
		return system_error(error, errno,
				    "cannot load the maps' types (%s)",
				    messages_first());
	maps->btf = btf__fd(btf);
	return 0;
}

static int open_existing(struct maps *maps, const struct pins *pins,
			 struct kernel_error *error)
{
	struct named_map list[ALL_MAPS];
	char path[PIN_PATH];
	int result = 0, i;

	list_maps(maps, list);
	for (i = 0; !result && i < ALL_MAPS; i++) {
		pins_path(pins, path, "%s%s", list[i].directory, list[i].name);
		result = open_pinned(maps, list[i].name, path, list[i].fd,
				     error);
	}
	return result;
}

static int create_missing(struct maps *maps, const struct pins *pins,
			  struct kernel_error *error)
{
	struct named_map list[ALL_MAPS];
	char path[PIN_PATH];
	int i;

	list_maps(maps, list);
	for (i = 0; i < ALL_MAPS; i++) {
		if (*list[i].fd >= 0)
			continue;
		pins_path(pins, path, "%s%s", list[i].directory, list[i].name);
		*list[i].fd = create_pinned(maps, list[i].name, path, error);
		if (*list[i].fd < 0)
			return *list[i].fd;
	}
	return 0;
}

static int require_all(struct maps *maps, const struct pins *pins,
		       struct kernel_error *error)
{
	struct named_map list[ALL_MAPS];
	int i;

	list_maps(maps, list);
	for (i = 0; i < ALL_MAPS; i++)
		if (*list[i].fd < 0)
			return kernel_fail(error, ENOENT,
					   "put a policy in force first",
					   "weir is not in force: there is no "
					   "%s/%s%s",
					   pins->directory, list[i].directory,
					   list[i].name);
	return 0;
}

static int create_all(struct maps *maps, const struct pins *pins,
		      struct kernel_error *error)
{
	static const char *const below[] = { "tries", "links", "generations",
					     "more-counters" };
	const bool lost[COUNTER_CHUNKS] = { maps->counters < 0 };
	int result = load_types(maps, error);
	size_t i;

	for (i = 0; !result && i < sizeof(below) / sizeof(below[0]); i++)
		result = pins_mkdir(pins, below[i], error);
	if (!result)
		result = create_missing(maps, pins, error);
	if (!result && lost[0] && bases_drop(maps, lost))
		return system_error(error, EIO, "cannot reset the counters");
	return result;
}

/* What is there is checked before anything is made. */
int maps_open(struct maps *maps, const struct pins *pins, bool create_it,
	      struct kernel_error *error)
{
	int result = open_types(maps, error);

	if (!result)
		result = open_existing(maps, pins, error);
	if (!result)
		result = create_it ? create_all(maps, pins, error)
				   : require_all(maps, pins, error);
	if (!result)
		result = chunks_open(maps, pins, create_it, error);
	if (result)
		return result;
	maps->images_id = map_id(maps->images);
	maps->trie_slots = bpf_map__max_entries(find(maps, trie_names[0]));
	return 0;
}

int maps_open_images(struct maps *maps, const struct pins *pins,
		     struct kernel_error *error)
{
	char path[PIN_PATH];

	pins_path(pins, path, "images");
	maps->images = bpf_obj_get(path);
	if (maps->images < 0)
		return system_error(error, errno, "cannot open %s", path);
	maps->images_id = map_id(maps->images);
	return 0;
}

void maps_close(struct maps *maps)
{
	int i;

	for (i = 0; i < TRIE_COUNT; i++)
		cleanup_fd(&maps->tries[i]);
	for (i = 0; i < PLAIN_MAPS; i++)
		cleanup_fd(&maps->plain[i]);
	for (i = 0; i < COUNTER_CHUNKS; i++)
		cleanup_fd(&maps->chunks[i]);
	bpf_object__close(maps->types);
	*maps = (struct maps)MAPS_CLOSED;
}
