/* lobe-driver-registry.c: the drivers that there are, by their protocol's name */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-driver.h"

/* made from the list in meson.build */
#include "driver/lobe-builtin-drivers.h"

#include <string.h>

/**
 * LobeDriverRegistry:
 *
 * The drivers that there are: the built-in ones from the start, others when somebody adds them.
 */
struct _LobeDriverRegistry
{
  GObject     parent_instance;

  GHashTable *drivers;
};

G_DEFINE_FINAL_TYPE (LobeDriverRegistry, lobe_driver_registry, G_TYPE_OBJECT)

static void
lobe_driver_registry_finalize (GObject *object)
{
  LobeDriverRegistry *self = LOBE_DRIVER_REGISTRY (object);

  g_hash_table_unref (self->drivers);

  G_OBJECT_CLASS (lobe_driver_registry_parent_class)->finalize (object);
}

static void
lobe_driver_registry_class_init (LobeDriverRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_driver_registry_finalize;
}

static void
lobe_driver_registry_init (LobeDriverRegistry *self)
{
  self->drivers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/**
 * lobe_driver_registry_new:
 *
 * Returns: (transfer full): a registry with the built-in drivers
 */
LobeDriverRegistry *
lobe_driver_registry_new (void)
{
  LobeDriverRegistry *self = g_object_new (LOBE_TYPE_DRIVER_REGISTRY, NULL);
  LobeDriver *builtin[] = { LOBE_BUILTIN_DRIVERS };

  for (guint i = 0; i < G_N_ELEMENTS (builtin); i++)
    {
      g_autoptr (LobeDriver) driver = builtin[i];

      lobe_driver_registry_add (self, driver);
    }

  return self;
}

/**
 * lobe_driver_registry_add:
 * @self: a registry
 * @driver: a driver; takes the place of one for the same protocol
 */
void
lobe_driver_registry_add (LobeDriverRegistry *self,
                          LobeDriver         *driver)
{
  g_return_if_fail (LOBE_IS_DRIVER_REGISTRY (self));
  g_return_if_fail (LOBE_IS_DRIVER (driver));

  g_hash_table_replace (self->drivers, g_strdup (lobe_driver_get_protocol (driver)), g_object_ref (driver));
}

/**
 * lobe_driver_registry_lookup:
 * @self: a registry
 * @protocol: (nullable): a protocol's short name
 *
 * Returns: (transfer none) (nullable): its driver
 */
LobeDriver *
lobe_driver_registry_lookup (LobeDriverRegistry *self,
                             const char         *protocol)
{
  g_return_val_if_fail (LOBE_IS_DRIVER_REGISTRY (self), NULL);

  return protocol != NULL ? g_hash_table_lookup (self->drivers, protocol) : NULL;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * lobe_driver_registry_list:
 * @self: a registry
 *
 * Returns: (transfer full) (array zero-terminated=1): the short names of all protocols, in the order of the alphabet
 */
char **
lobe_driver_registry_list (LobeDriverRegistry *self)
{
  g_autoptr (GPtrArray) names = NULL;
  GHashTableIter iter;
  gpointer name;

  g_return_val_if_fail (LOBE_IS_DRIVER_REGISTRY (self), NULL);

  names = g_ptr_array_new_null_terminated (g_hash_table_size (self->drivers), g_free, TRUE);
  g_hash_table_iter_init (&iter, self->drivers);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);

  return (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}
