// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading what is in force. Nothing is locked and nothing is written: the
 * image is immutable, so a view of it stays whole while others apply.
 */
#include "private.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

static int map_pages(int image, struct kernel_state *state)
{
	struct bpf_map_info info = {};
	uint32_t length = sizeof(info);
	void *pages;

	if (bpf_obj_get_info_by_fd(image, &info, &length))
		return -errno;
	pages = mmap(NULL, (size_t)info.max_entries * PAGE_BYTES, PROT_READ,
		     MAP_SHARED, image, 0);
	if (pages == MAP_FAILED)
		return -errno;
	state->pages = pages;
	state->page_count = info.max_entries;
	state->header = *(const struct image_header *)pages;
	return 0;
}

static int read_image(const struct maps *maps, struct kernel_state *state,
		      struct kernel_error *error)
{
	_cleanup_fd_ int image = map_inner(maps->images, 0);
	int result;

	if (image == -ENOENT)
		return kernel_fail(error, ENOENT, "put a policy in force first",
				   "weir is not in force: no image is");
	result = image < 0 ? image : map_pages(image, state);
	if (result)
		return system_error(error, -result,
				    "cannot read the image in force");
	if (state->header.magic == WEIR_IMAGE_MAGIC &&
	    state->header.abi_version == WEIR_ABI_VERSION)
		return 0;
	return kernel_fail(error, EPROTO, "use the weir that applied it",
			   "the image in force is of another version of weir");
}

static int read_state(struct kernel_state *state,
		      const struct kernel_options *options,
		      struct kernel_error *error)
{
	_cleanup_maps_ struct maps maps = MAPS_CLOSED;
	struct kernel_attachment *attachments;
	struct pins pins;
	int result = pins_name(&pins, options, error);

	if (!result)
		result = maps_open(&maps, &pins, false, error);
	if (!result)
		result = read_image(&maps, state, error);
	if (!result)
		result = counters_read(&maps, state, error);
	if (!result)
		result = limiters_read(&maps, state, error);
	if (!result)
		result = attachments_list(state->arena, maps.images_id,
					  &attachments,
					  &state->attachment_count, error);
	if (!result)
		state->attachments = attachments;
	return result;
}

int kernel_state_open(const struct kernel_options *options,
		      struct kernel_state *state, struct kernel_error *error)
{
	struct kernel_error lost;
	struct pins pins;
	int result;

	*error = (struct kernel_error){};
	messages_capture(options->verbose);
	*state = (struct kernel_state){ .arena = arena_new() };
	result = read_state(state, options, error);
	if (result == -ENOENT && !pins_name(&pins, options, &lost) &&
	    !pins_have_images(&pins) && orphans_refuse_all(&pins, &lost)) {
		*error = lost;
		result = -ENOLINK;
	}
	if (result)
		kernel_state_close(state);
	return result;
}

void kernel_state_close(struct kernel_state *state)
{
	if (state->pages)
		munmap((void *)state->pages, state->page_count * PAGE_BYTES);
	free(state->counts);
	arena_free(state->arena);
	*state = (struct kernel_state){};
}

static void copy_trie(struct arena *arena, const struct map_contents *contents,
		      struct image_trie *trie)
{
	size_t keys = (size_t)contents->count * trie->key_size;
	size_t values = contents->count * sizeof(struct bogon_value);

	trie->count = contents->count;
	trie->keys = memcpy(arena_alloc(arena, keys + 1), contents->keys, keys);
	trie->values = memcpy(arena_alloc(arena, values + 1), contents->values,
			      values);
}

int kernel_read_trie(const struct kernel_options *options,
		     struct kernel_state *state, enum trie number,
		     struct image_trie *trie, struct kernel_error *error)
{
	_cleanup_contents_ struct map_contents contents = {};
	_cleanup_fd_ int outer = -1, inner = -1;
	char path[PIN_PATH];
	struct pins pins;
	int result = pins_name(&pins, options, error);

	if (result)
		return result;
	pins_path(&pins, path, "tries/%s", trie_names[number]);
	outer = bpf_obj_get(path);
	if (outer < 0)
		return system_error(error, errno, "cannot open %s", path);
	inner = map_inner(outer, state->header.trie_slot);
	result = inner < 0 ? inner : map_read(inner, &contents);
	if (result)
		return system_error(error, -result, "cannot read %s",
				    trie_names[number]);
	trie->key_size = trie_families[number] == 4 ? sizeof(struct trie_key4)
						    : sizeof(struct trie_key6);
	copy_trie(state->arena, &contents, trie);
	return 0;
}
